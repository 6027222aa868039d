#define _GNU_SOURCE
#include "CSpawn.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

int rapport_spawn(pid_t *id, const char *folder, char *const argv[], char *const environment[], int input, int output, int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int code = posix_spawn_file_actions_init(&actions);
    if (code) return code;
    code = posix_spawnattr_init(&attributes);
    if (code) {
        posix_spawn_file_actions_destroy(&actions);
        return code;
    }
    sigemptyset(&none);
    sigfillset(&all);
    if (!(code = posix_spawn_file_actions_adddup2(&actions, input, 0)) &&
        !(code = posix_spawn_file_actions_adddup2(&actions, output, 1)) &&
        !(code = posix_spawn_file_actions_adddup2(&actions, errors, 2)) &&
        !(code = posix_spawn_file_actions_addclosefrom_np(&actions, 3)) &&
        !(code = posix_spawn_file_actions_addchdir_np(&actions, folder)) &&
        !(code = posix_spawnattr_setsigmask(&attributes, &none)) &&
        !(code = posix_spawnattr_setsigdefault(&attributes, &all)) &&
        !(code = posix_spawnattr_setpgroup(&attributes, 0)) &&
        !(code = posix_spawnattr_setflags(
              &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)))
        code = posix_spawnp(id, argv[0], &actions, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

int rapport_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) ? errno : 0; }
