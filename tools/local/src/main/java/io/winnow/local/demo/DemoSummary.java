package io.winnow.local.demo;

import io.winnow.contracts.run.RunReport;
import io.winnow.local.client.Pictures;
import io.winnow.local.client.ReportText;
import io.winnow.local.client.StoredCoreset;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The result of the demo.
 *
 * @param reports by arm
 * @param pictures by arm: path by title
 * @param peakMemoryBytes maximum resident memory of the launcher and all services; null if not
 *     measured
 */
public record DemoSummary(
    Map<String, RunReport> reports,
    Map<String, Map<String, String>> pictures,
    Long peakMemoryBytes) {

  /**
   * Downloads the pictures.
   *
   * @param folder gets one subfolder per run
   */
  public static DemoSummary of(
      Map<String, RunReport> reports, ObjectStore store, Path folder, OptionalLong peakMemory)
      throws IOException {
    Map<String, Map<String, String>> pictures = new LinkedHashMap<>();
    for (Map.Entry<String, RunReport> arm : reports.entrySet()) {
      RunReport report = arm.getValue();
      pictures.put(
          arm.getKey(),
          Pictures.save(
              store, report, StoredCoreset.of(store, report), folder.resolve(report.run().id())));
    }
    return new DemoSummary(
        reports, pictures, peakMemory.isPresent() ? peakMemory.getAsLong() : null);
  }

  /** Prints tables, class weights and paths of pictures. */
  public void print(PrintStream out) {
    RunReport first = reports.values().iterator().next();
    out.println();
    out.println(ReportText.table(reports));
    out.println(ReportText.footnote(first));
    out.println("Seconds in parentheses were spent by an earlier run whose result was reused:");
    reports.forEach(
        (arm, report) -> {
          String reused = ReportText.reused(report);
          out.println("  " + arm + ": " + (reused.isEmpty() ? "nothing reused" : reused));
        });
    out.println();
    out.println("Class weights of " + reports.keySet().iterator().next() + " (mean 1):");
    out.print(ReportText.weights(first));
    out.println();
    out.println("Pictures:");
    pictures.forEach((arm, files) -> picture(out, arm, files, Pictures.SAMPLES));
    // only the first arm selects by score
    Map.Entry<String, Map<String, String>> selected = pictures.entrySet().iterator().next();
    picture(out, selected.getKey(), selected.getValue(), Pictures.TOP_KEPT);
    picture(out, selected.getKey(), selected.getValue(), Pictures.TOP_PRUNED);
    picture(out, selected.getKey(), selected.getValue(), Pictures.MAP);
    picture(out, selected.getKey(), selected.getValue(), Pictures.HISTOGRAMS);
    if (peakMemoryBytes != null) {
      out.println();
      out.println(
          String.format(
              Locale.ROOT,
              "Peak resident memory of the whole system: %,d MiB.",
              peakMemoryBytes >> 20));
    }
  }

  private static void picture(
      PrintStream out, String arm, Map<String, String> files, String title) {
    if (files.containsKey(title)) {
      out.println("  " + arm + ", " + title + ": " + files.get(title));
    }
  }
}
