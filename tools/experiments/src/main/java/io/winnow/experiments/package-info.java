/** Arms × ratios × seeds through the real services, and the report that compares them. */
package io.winnow.experiments;
