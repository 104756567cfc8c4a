/*
 * exposition.h: whether a text is in Prometheus' exposition format 0.0.4, and what it says.
 *
 * Stricter than the format where good practice is: every family has HELP and TYPE, in this order
 * and once, ahead of its samples, which stand together; a counter's name ends in _total and it is
 * not negative; a histogram's buckets ascend, end at +Inf, and agree with its count.
 */
#pragma once

/* Fails the test, naming the line, if it is not. */
void exposition_check(const char *text);

/* The value of a series, named as it is shown: `up{a="b"}`. Fails the test if it is not there. */
double exposition_value(const char *text, const char *series);
/* Whether the text has it. */
int exposition_has(const char *text, const char *series);
