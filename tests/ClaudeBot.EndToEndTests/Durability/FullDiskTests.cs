using System.Diagnostics;
using System.Net;

namespace ClaudeBot.EndToEndTests.Durability;

/// <summary>A data folder on a disk of a few megabytes, filled to the last.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_deliveries_loses_none_and_takes_them_again_without_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("claude-bot-disk-").FullName;
        var (mounted, why) = await RunAsync("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder);
        if (mounted != 0)
        {
            Directory.Delete(folder);
            Assert.Skip($"This account may not mount a small disk, so it cannot be filled here: {why}");
        }

        try
        {
            await using var gitHub = await IssueDesk.OpenAsync();
            var ballast = Path.Combine(folder, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[8 * 1024 * 1024], Token);
            var data = Path.Combine(folder, "data");
            var acknowledged = new List<int>();
            await StoredLedger.PauseAsync(data);
            await using (var bot = new IngestBot(gitHub.Address, data))
            {
                bot.Settings["DISK_FLOOR_MB"] = "4";
                await bot.StartAsync("all");
                var process = bot.ProcessId;

                var (issue, wasUnready) = (0, false);
                while (await TakesAsync(bot, ++issue, 200_000, acknowledged))
                    wasUnready |= (await ReadyAsync(bot)).Contains("DISK_FLOOR_MB asks for 4");
                wasUnready.ShouldBeTrue("it says that room is short while it still takes deliveries");
                acknowledged.Count.ShouldBeGreaterThan(10);
                // Not one byte is left for small ones either.
                Fill(Path.Combine(folder, "more"));
                while (await TakesAsync(bot, ++issue, 0, acknowledged))
                {
                }

                // Many at once. The bot may give back a page that it held (a temporary file, a part of the log that it can
                // write over): then one more is taken, and must be there in the end like every other.
                for (var round = 0; round < 3; round++)
                {
                    var numbers = Enumerable.Range(issue + 1, 8).ToArray();
                    issue += numbers.Length;
                    var taken = await Task.WhenAll(numbers.Select(number => TakesAsync(bot, number, 20_000, null)));
                    acknowledged.AddRange(numbers.Where((_, index) => taken[index]));
                }

                File.Delete(ballast);
                for (var more = 0; more < 10; more++)
                    (await TakesAsync(bot, ++issue, 100_000, acknowledged)).ShouldBeTrue("there is room again");
                (await ReadyAsync(bot)).ShouldContain("\"ready\"");
                bot.ProcessId.ShouldBe(process);
                await bot.KillAsync();
            }

            await using var ledger = StoredLedger.Open(data, gitHub.Address);
            (await ledger.IntegrityAsync()).ShouldBe("ok");
            var stored = await ledger.DeliveriesAsync();
            acknowledged.Select(IngestBot.Name).Where(name => !stored.Contains(name)).ShouldBeEmpty("acknowledged and not stored");
        }
        finally
        {
            await RunAsync("umount", folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>True for 202, false for 503; anything else fails the test.</summary>
    private static async Task<bool> TakesAsync(IngestBot bot, int issue, int padding, List<int>? acknowledged)
    {
        using var answer = (await bot.DeliverAsync(issue, padding)).ShouldNotBeNull();
        if (answer.StatusCode == HttpStatusCode.Accepted)
        {
            acknowledged?.Add(issue);
            return true;
        }

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        return false;
    }

    private static async Task<string> ReadyAsync(IngestBot bot)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(bot.MetricsAddress, "/health/ready"), Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
        }
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, error.Trim());
    }
}
