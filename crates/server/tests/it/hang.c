/* Stands before fsync and fdatasync of a process under test: while the file that CHASQUI_TEST_HANG names is there, the disk
   does not answer. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void hang(void) {
    const char *file = getenv("CHASQUI_TEST_HANG");
    while (file && access(file, F_OK) == 0) usleep(20000);
}

int fsync(int file) {
    hang();
    return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
    hang();
    return (int)syscall(SYS_fdatasync, file);
}
