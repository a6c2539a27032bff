/** How bytes become durable: flush, drain, copy, fill, one implementation per hardware decision. */
@NullMarked
package io.jdax.persist;

import org.jspecify.annotations.NullMarked;
