/** The file of the administrator. An unknown key is an error with its line; nothing is guessed. */
@NullMarked
package dev.perennial.agent.config;

import org.jspecify.annotations.NullMarked;
