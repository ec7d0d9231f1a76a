@org.jspecify.annotations.NullMarked
package dev.perennial.server.notary;
