package dev.perennial.server.ca;

/** A CA, and the number that it goes by at doors whose clients know nothing but whole numbers. */
public record NumberedAuthority(long number, AuthorityEntry entry) {}
