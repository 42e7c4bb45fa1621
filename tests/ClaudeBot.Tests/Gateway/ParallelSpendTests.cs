using System.Text;
using ClaudeBot.Agents;
using ClaudeBot.Gateway;
using ClaudeBot.Playground.Claude;
using ClaudeBot.Playground.Sample;
using ClaudeBot.Runs;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Gateway;

/// <summary>Tasks that run at the same time, before the playground's Claude, against one cap of the day.</summary>
public sealed class ParallelSpendTests
{
    private const int Tasks = 8;
    private const decimal Cap = 1m;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eight_tasks_use_a_cap_up_and_pass_it_by_no_more_than_one_turn_in_sum()
    {
        var sample = SampleRepository.Load();
        await using var claude = await ClaudeStandIn.StartAsync(new ClaudeStandInOptions { ScriptFiles = [sample.TrialScriptFile, sample.ScriptFile] }, null, Token);
        var mask = new SecretMask();
        var (journal, passes) = (new MemoryJournal(), new GatewayPasses(mask));
        var options = new GatewayOptions { BaseUrl = claude.Address, ApiKey = new SecretSource("ANTHROPIC_API_KEY", () => GatewayLab.Key, mask) };
        var caps = new DailyCaps(journal, new AgentOptions { BudgetUsdPerDay = Cap }, TimeProvider.System, NullLogger<DailyCaps>.Instance);
        var circuit = new ModelCircuit(options, TimeProvider.System, NullLogger<ModelCircuit>.Instance);
        await using var gateway = new GatewayHost(options, passes, circuit, journal, caps, TimeProvider.System, NullLoggerFactory.Instance);
        await gateway.StartAsync(Token);

        await Task.WhenAll(Enumerable.Range(1, Tasks).Select(number => SpendAllAsync(passes, number)));

        var charges = new List<decimal>();
        while (journal.Charges.Reader.TryRead(out var charge))
            charges.Add(charge.Usd);
        var spent = charges.Sum();
        TestContext.Current.TestOutputHelper?.WriteLine($"{charges.Count} calls, {spent} USD, the dearest {charges.Max()} USD");
        spent.ShouldBeInRange(Cap, Cap + charges.Max());
        charges.Count.ShouldBeGreaterThan(2 * Tasks);
    }

    /// <summary>Asks until it is told that the budget is spent.</summary>
    private static async Task SpendAllAsync(GatewayPasses passes, int number)
    {
        var repository = RepositoryName.Parse($"acme/shop-{number}");
        var pass = await passes.IssueAsync(TaskId.New(new IssueReference(repository, number)), repository, budgetUsd: null, Token);
        using var client = new HttpClient();
        // About 0.02 USD for 20 KB, 5,000 tokens, by the price of claude-opus-5-5; at worst 0.09.
        var body = $$"""{"model":"claude-opus-5-5","max_tokens":2000,"messages":[{"role":"user","content":"nothing to do {{new string('x', 20_000)}}"}]}""";
        for (var status = 200; status != 402;)
        {
            using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(pass.Address, "/v1/messages")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            call.Headers.Add("x-api-key", pass.Token);
            using var answer = await client.SendAsync(call, Token);
            status = (int)answer.StatusCode;
            status.ShouldBeOneOf(200, 402, 429);
        }
    }
}
