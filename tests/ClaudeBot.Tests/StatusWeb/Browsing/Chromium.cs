using ClaudeBot.Tests.StatusWeb.Browsing;
using PuppeteerSharp;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace ClaudeBot.Tests.StatusWeb.Browsing;

/// <summary>A headless Chromium of the machine, with a profile of its own: one for all tests, started by the first that needs it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly Lazy<Task<IBrowser>> _browser = new(() => Puppeteer.LaunchAsync(new LaunchOptions
    {
        ExecutablePath = Program(),
        Headless = true,
        // The sandbox of Chromium refuses to start for root, as which containers run tests.
        Args = ["--disable-gpu", "--disable-dev-shm-usage", .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>()],
    }));

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated)
            await (await _browser.Value).DisposeAsync();
    }

    /// <summary>A tab with cookies of its own.</summary>
    public async Task<IPage> OpenAsync()
    {
        var context = await (await _browser.Value).CreateBrowserContextAsync();
        return await context.NewPageAsync();
    }

    private static string Program()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return new[] { "chromium", "chromium-browser", "google-chrome" }
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("No Chromium is in PATH. Install the package chromium, or run ./test --fast, which leaves these tests out.");
    }
}
