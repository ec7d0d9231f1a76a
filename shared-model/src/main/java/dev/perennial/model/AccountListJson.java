package dev.perennial.model;

import java.util.List;

/** The envelope of a list of accounts. */
public record AccountListJson(List<AccountJson> accounts, int limit) {}
