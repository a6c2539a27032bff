/*
 * The fault guard, after the idea of the kernel's exception table: code that may fault costs
 * nothing extra, and a table elsewhere says where to go on if it does.
 *
 * Code that touches the caller's memory stands between GUARD_OPEN and GUARD_CLOSE in one asm goto
 * that names the C label `fault`. The compiler sees that edge, so the label may return, retry or
 * clean up like any other. There are two rules:
 *
 * - No outputs. gcc before 11 has none for asm goto, and a register that the asm has advanced would
 *   be undefined at the label. Scratch registers are clobbers, and pointers advance in C, between
 *   the blocks.
 * - The label must put right what the block leaves half done (vzeroupper).
 */
#ifndef JDAX_GUARD_H
#define JDAX_GUARD_H

#define GUARD_OPEN "771:\n\t"

/*
 * Offsets are relative to the words themselves, so that there are no relocations, and the table
 * stays in shared, read-only pages.
 */
#define GUARD_CLOSE                      \
  "772:\n\t"                             \
  ".pushsection jdax_extable, \"a\"\n\t" \
  ".balign 4\n\t"                        \
  ".long 771b - .\n\t"                   \
  ".long 772b - .\n\t"                   \
  ".long %l[fault] - .\n\t"              \
  ".popsection\n\t"

#endif
