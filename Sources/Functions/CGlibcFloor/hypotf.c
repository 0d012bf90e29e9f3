#include "CGlibcFloor.h"

#include <math.h>

float hypotf(float x, float y) {
    // In double precision the squares of two floats neither overflow nor vanish.
    return (float)sqrt((double)x * x + (double)y * y);
}
