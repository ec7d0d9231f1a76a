/** The door that speaks {@code certificates.k8s.io/v1}: its wire form, and nothing that decides (docs/dialects/kubernetes.md). */
@org.jspecify.annotations.NullMarked
package dev.perennial.server.kubernetes;
