/** Who may change something over HTTP, and which secrets are refused at startup. */
package io.winnow.stage.security;
