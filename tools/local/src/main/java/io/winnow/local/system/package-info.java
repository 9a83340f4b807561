/** The whole of Winnow on one machine: where it lives, its servers, its services. */
package io.winnow.local.system;
