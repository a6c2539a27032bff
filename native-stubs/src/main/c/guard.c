#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "jdax.h"

struct guard_entry {
  int32_t start;
  int32_t end;
  int32_t fixup;
};

/* The linker makes these from the section's name. */
extern const struct guard_entry __start_jdax_extable[] __attribute__((visibility("hidden")));
extern const struct guard_entry __stop_jdax_extable[] __attribute__((visibility("hidden")));

static uintptr_t target_of(const int32_t *word) {
  return (uintptr_t)word + (uintptr_t)(intptr_t)*word;
}

/* Linear, since there are a few dozen entries, and a fault has cost a trip through the kernel. */
static uintptr_t fixup_of(uintptr_t pc) {
  for (const struct guard_entry *e = __start_jdax_extable; e < __stop_jdax_extable; e++) {
    if (pc >= target_of(&e->start) && pc < target_of(&e->end)) {
      return target_of(&e->fixup);
    }
  }
  return 0;
}

#if defined(__x86_64__)
static uintptr_t pc_of(const ucontext_t *context) {
  return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
}

static void set_pc(ucontext_t *context, uintptr_t pc) {
  context->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
}
#elif defined(__aarch64__)
static uintptr_t pc_of(const ucontext_t *context) {
  return (uintptr_t)context->uc_mcontext.pc;
}

static void set_pc(ucontext_t *context, uintptr_t pc) {
  context->uc_mcontext.pc = pc;
}
#else
#error "no fault guard for this architecture"
#endif

static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;
static bool installed;

/*
 * Written before our handler is installed and never again, so the handler reads it without a lock.
 */
static struct sigaction previous;

/*
 * Whether the interrupted instruction raised the signal. A kill(), and the kernel's early warning
 * of poison elsewhere (BUS_MCEERR_AO), may interrupt a guarded copy as well, and say nothing about
 * it.
 */
static bool raised_by_instruction(const siginfo_t *info) {
  return info->si_code > 0 && info->si_code != BUS_MCEERR_AO;
}

static void reset_to_default(void) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
}

static void pass_on(int signal_number, siginfo_t *info, void *context) {
  if ((unsigned)previous.sa_flags & (unsigned)SA_RESETHAND) {
    reset_to_default();
  }
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal_number, info, context);
    return;
  }
  if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal_number);
    return;
  }
  bool again = raised_by_instruction(info);
  if (previous.sa_handler == SIG_IGN && !again) {
    return;
  }
  /*
   * The kernel does not let a process ignore a fault of its own, so SIG_IGN ends here as well. On
   * return the instruction runs again, and the process dies with the right registers in the core
   * dump. A signal that was sent has to be sent again.
   */
  reset_to_default();
  if (!again) {
    raise(signal_number);
  }
}

static void on_sigbus(int signal_number, siginfo_t *info, void *context) {
  if (raised_by_instruction(info)) {
    uintptr_t fixup = fixup_of(pc_of(context));
    if (fixup != 0) {
      set_pc(context, fixup);
      return;
    }
  }
  int saved_errno = errno;
  pass_on(signal_number, info, context);
  errno = saved_errno;
}

static int32_t install(void) {
  if (sigaction(SIGBUS, NULL, &previous) != 0) {
    return -errno;
  }
  struct sigaction action = {.sa_sigaction = on_sigbus};
  /* The previous handler must find the mask and the nesting that it asked for. */
  action.sa_mask = previous.sa_mask;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | (previous.sa_flags & SA_NODEFER);
  return sigaction(SIGBUS, &action, NULL) == 0 ? 0 : -errno;
}

/*
 * Installs only once, even if someone has put a handler over ours since. That handler will call
 * ours for what it does not know, and a second installation would make the two call each other for
 * ever.
 */
int32_t jdax_guard_install(void) {
  pthread_mutex_lock(&install_lock);
  int32_t result = installed ? 0 : install();
  installed = result == 0;
  pthread_mutex_unlock(&install_lock);
  return result;
}
