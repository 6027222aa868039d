// posix_spawn with the GNU additions that Swift's Glibc module hides: a working folder and closed descriptors.
#pragma once
#include <sys/types.h>

// Starts argv[0], looked up on PATH, in its own process group, with these three as its standard streams and no other
// descriptor, no blocked signal and every signal at its default. Returns 0 or an error number.
int rapport_spawn(pid_t *id, const char *folder, char *const argv[], char *const environment[], int input, int output, int errors);

// A pipe whose ends are closed by exec, so that no other child inherits them. Returns 0 or an error number.
int rapport_pipe(int ends[2]);
