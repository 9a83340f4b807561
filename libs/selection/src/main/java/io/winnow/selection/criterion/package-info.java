/**
 * Selection criteria. A criterion is one class that implements {@link
 * io.winnow.selection.criterion.Criterion} and one line in {@link
 * io.winnow.selection.criterion.Criteria}; names in specs, schemas, messages and help texts derive
 * from that registry. After a change, run {@code CriteriaCatalogTest} with {@code
 * -Dwinnow.schemas.write=true} to regenerate the catalog that run specs are checked against.
 */
package io.winnow.selection.criterion;
