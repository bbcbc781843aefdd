"""The USB ids under which boards wait to be flashed instead of running their program."""

BOOTLOADERS = {
    "2e8a:0003": "Raspberry Pi Pico",
    "2e8a:000f": "Raspberry Pi Pico 2",
    "2341:005a": "Arduino Nano 33 BLE",
    "2341:035b": "Arduino Portenta H7",
    "2341:035f": "Arduino Nicla Vision",
    "2886:0045": "Seeed XIAO nRF52840 Sense",
    "16c0:0478": "Teensy",
    "0483:df11": "STM32 board",
}
"""Vendor and product ids of bootloaders (from the boards' own core and bootloader sources) and whose they are."""
