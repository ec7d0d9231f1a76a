package dev.perennial.model;

import java.util.List;

/** All client certificates of an account. */
public record ClientCertificateListJson(List<ClientCertificateJson> clientCertificates) {}
