#include "CGMime.h"

void rapport_gmime_init(void) { g_mime_init(); }
