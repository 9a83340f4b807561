package io.winnow.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Headless Chromium of this machine. */
final class Browser implements AutoCloseable {
  // held, or the log manager forgets its level; it warns that Chromium is newer than Selenium
  private final Logger quieted;
  private final ChromeDriver driver;

  private Browser(Logger quieted, ChromeDriver driver) {
    this.quieted = quieted;
    this.driver = driver;
  }

  /** Empty where there is no Chromium with its driver (Debian: chromium, chromium-driver). */
  static Optional<Browser> start(Path profile) {
    Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
    Optional<Path> driver = program("chromedriver");
    if (chromium.isEmpty() || driver.isEmpty()) {
      return Optional.empty();
    }
    LoggingPreferences log = new LoggingPreferences();
    log.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.get().toFile());
    options.addArguments(
        "--headless=new",
        // containers have neither what a sandbox wants nor a large /dev/shm
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--user-data-dir=" + profile);
    options.setCapability(ChromeOptions.LOGGING_PREFS, log);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(driver.get().toFile()).build();
    Logger quieted = Logger.getLogger("org.openqa.selenium");
    quieted.setLevel(Level.SEVERE);
    Browser browser = new Browser(quieted, new ChromeDriver(service, options));
    browser.size(1280, 900);
    return Optional.of(browser);
  }

  private static Optional<Path> program(String... names) {
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  void open(Object url) {
    driver.get(url.toString());
  }

  /** What address it shows. */
  String address() {
    return driver.getCurrentUrl();
  }

  void size(int width, int height) {
    driver.manage().window().setSize(new Dimension(width, height));
  }

  void dark(boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** Waits for an element that can be seen. */
  WebElement await(String css, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<WebElement> seen = find(css).filter(WebElement::isDisplayed);
      if (seen.isPresent()) {
        return seen.get();
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no " + css + " within " + patience + " on:\n" + text());
      }
      Thread.sleep(100);
    }
  }

  WebElement await(String css) throws InterruptedException {
    return await(css, Duration.ofSeconds(20));
  }

  private Optional<WebElement> find(String css) {
    return driver.findElements(By.cssSelector(css)).stream().findFirst();
  }

  /** How many there are. */
  int count(String css) {
    return driver.findElements(By.cssSelector(css)).size();
  }

  /** Fills in a field of a form by its name. */
  void fill(String name, Object value) throws InterruptedException {
    WebElement field = await("[name=\"" + name + "\"]");
    field.clear();
    field.sendKeys(value.toString());
  }

  void click(String css) throws InterruptedException {
    await(css).click();
  }

  /** All that can be read on the page. */
  String text() {
    return (String) script("return document.body.innerText");
  }

  Object script(String code) {
    return ((JavascriptExecutor) driver).executeScript(code);
  }

  /** What the page complained of since the last time this was asked. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** The page as a PNG, down to its end or so many pixels. */
  void shoot(Path file, int width, int most) throws IOException, InterruptedException {
    size(width, 900);
    // a bar below the page's end would be in the way
    long height = ((Number) script("return document.documentElement.scrollHeight")).longValue();
    size(width, (int) Math.min(most, height + 150));
    Thread.sleep(500);
    Files.createDirectories(file.getParent());
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
    quieted.setLevel(null);
  }
}
