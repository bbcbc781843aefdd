/* @TITLE@, live: the studio's Live page watches it on this board's port. */
#include "studio_app.h"
#include "studio_board.h"
#include "studio_port.h"
#include "studio_sensor.h"

/* Yours to fill: read one window of the sensor into `input` (studio_stored_input turns real numbers into the model's). */
int32_t studio_read_sensor(int8_t *input)
{
    (void)input;
    return STUDIO_SENSOR_NONE; /* the studio sends the inputs; STUDIO_SENSOR_UNKNOWN once there is a sensor */
}

void app_main(void)
{
    studio_run();
}
