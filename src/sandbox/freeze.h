/*
 * freeze.h: `docker pause`: stops the tree of processes and lets it go on, unseen by the guest.
 *
 * Parents are stopped before their children and continued after them, so that no shell inside sees a
 * stopped child.  What was stopped already (a job at ^Z) stays so afterwards.
 */
#pragma once

int freeze_stop(void); /* 0, or -ETIMEDOUT if a process does not stop */
void freeze_continue(void);
