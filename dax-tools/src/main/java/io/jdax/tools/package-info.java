/**
 * The command line. {@link io.jdax.tools.Main} is the root; each command is one class, and
 * everything that goes wrong is told by {@link io.jdax.tools.Complaint}.
 */
@NullMarked
package io.jdax.tools;

import org.jspecify.annotations.NullMarked;
