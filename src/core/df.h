/*
 * df.h: what the records here take on disk: the answer of GET /system/df.
 *
 * Measuring suspends; a df holds references to all that its answer points at, so the answer is
 * whole as long as the df lives. What is removed meanwhile is left out.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"
#include "docker/system_types.h"

struct core;
struct df;

enum df_type {
	DF_CONTAINERS = 1,
	DF_IMAGES = 2,
	DF_VOLUMES = 4,
	DF_BUILD_CACHE = 8, /* always empty */
	DF_ALL = 15,
};

int df_measure(struct core *core, unsigned types, struct df **ret, struct error *e) SUSPENDS;
const struct disk_usage *df_answer(const struct df *df);
void df_free(struct df *df);
SCOPED(df, df_free)
