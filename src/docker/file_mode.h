/* file_mode.h: file modes as the API shows them, which are the bits of Go's os.FileMode (package io/fs). */
#pragma once

#include <stdint.h>
#include <sys/types.h>

uint64_t file_mode_to_api(mode_t mode);
