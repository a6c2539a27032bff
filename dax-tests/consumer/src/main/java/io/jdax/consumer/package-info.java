/** {@link io.jdax.consumer.ReadmeExample}: what README.md shows. */
package io.jdax.consumer;
