package dev.perennial.model;

import java.util.List;

/** The envelope of a list of signers. */
public record SignerListJson(List<SignerJson> signers, int limit) {}
