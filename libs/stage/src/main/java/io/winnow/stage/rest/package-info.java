/**
 * REST endpoints that every service has, and the answers of all endpoints that report a problem.
 */
package io.winnow.stage.rest;
