using System.Net;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.EndToEndTests.Durability;

public sealed class HeldLedgerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_ledger_that_another_process_holds_is_answered_503_and_taken_again_when_it_is_let_go()
    {
        var folder = Directory.CreateTempSubdirectory("claude-bot-held-").FullName;
        try
        {
            await using var gitHub = await IssueDesk.OpenAsync();
            await using var bot = new IngestBot(gitHub.Address, folder);
            await StoredLedger.PauseAsync(folder);
            await bot.StartAsync("all");
            await using (var other = new SqliteConnection($"Data Source={Path.Combine(folder, "ledger.db")};Pooling=False"))
            {
                await other.OpenAsync(Token);
                other.Execute("BEGIN IMMEDIATE");
                var answers = await Task.WhenAll(Enumerable.Range(1, 16).Select(issue => bot.DeliverAsync(issue)));
                answers.ShouldAllBe(answer => answer!.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter != null);
                other.Execute("ROLLBACK");
            }

            var after = await Task.WhenAll(Enumerable.Range(1, 16).Select(issue => bot.DeliverAsync(issue)));
            after.ShouldAllBe(answer => answer!.StatusCode == HttpStatusCode.Accepted);
            await bot.KillAsync();
            await using var ledger = StoredLedger.Open(folder, gitHub.Address);
            (await ledger.DeliveriesAsync()).Count.ShouldBe(16);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
