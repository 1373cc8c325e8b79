// SPDX-License-Identifier: GPL-3.0-or-later
// GSL answers an error by calling a handler that ends the program, and the handler is one pointer
// for the whole process. Switching it off and on around a call would race with another thread, so
// the first call of a process switches it off, once.
#include "gsl.h"

#include <gsl/gsl_errno.h>
#include <pthread.h>

static pthread_once_t quiet = PTHREAD_ONCE_INIT;

static void silence(void)
{
    gsl_set_error_handler_off();
}

void airy_gsl_quiet(void)
{
    pthread_once(&quiet, silence);
}
