/* @TITLE@, live: answers go to the studio's Live page as they are computed.
   Open the Live page, choose this board's port and press Connect; the studio's Start makes the sensor run. */
#include <@NAME@.h>
@SENSOR_INCLUDE@

static studio_memory memory; /* the model's working memory */
static studio_app app;       /* the link to the studio */

void setup()
{
    Serial.begin(STUDIO_BAUD);
    studio_arduino_begin(Serial, STUDIO_BOARD_NAME);
    studio_app_init(&app, &memory);
}

void loop()
{
    studio_app_step(&app);
}
