/** Class folders of PNG or JPEG files, and a zip of them. */
package io.winnow.datasets.source.folder;
