/*
 * regexp.h: the regular expressions that clients send in filters, in the common part of Go's syntax (RE2):
 * literals . [a-z] [^x] [[:alpha:]] \d \D \w \W \s \S \b ^ $ ( ) (?: ) | * + ? {n,m} and the lazy forms.
 *
 * The C library's regcomp takes exponential memory for some short expressions ("a++++++++…"), so it is not for strangers.
 * Here an expression becomes a program of at most REGEXP_MAX_PROGRAM steps that runs in lock step over the text, without
 * going back: time is at most the product of the two lengths.  Text is bytes.
 */
#pragma once

#define REGEXP_MAX_PROGRAM 2000

/* 1 if the expression matches somewhere in the text, 0 if not, -EINVAL for one that is malformed, too large or uses what is
 * not listed above. */
int regexp_search(const char *pattern, const char *text);
