// GMime's object macros and casts are not visible to Swift: the few functions that Rapport needs, by plain C types.
#pragma once
#include <gmime/gmime.h>

void rapport_gmime_init(void);
