"""The makers' own tools (arduino-cli, PlatformIO, esptool, drives): found, planned, run and listened to."""
