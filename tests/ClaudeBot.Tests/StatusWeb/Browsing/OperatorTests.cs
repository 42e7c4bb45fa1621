using ClaudeBot.Queue;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.StatusWeb.Browsing;

[Trait("Needs", "Chromium")]
public sealed class OperatorTests(Chromium chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operator_signs_in_acts_and_signs_out_without_any_script()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger);
        await using var page = await chromium.OpenAsync();
        await page.SetJavaScriptEnabledAsync(false);

        await page.SignInAsync(lab.Address);
        await page.GoToAsync(new Uri(lab.Address, "/queue").AbsoluteUri);
        await page.TypeAsync("form[action='/api/queue/pause'] input[name=reason]", "key rotation");
        await page.SendAsync("form[action='/api/queue/pause']");
        (await ledger.Queue.PausedReasonAsync(Cancellation)).ShouldBe("key rotation");
        (await page.GetContentAsync()).ShouldContain(": key rotation");
        await page.SendAsync("form[action='/api/queue/resume']");
        (await ledger.Queue.PausedReasonAsync(Cancellation)).ShouldBeNull();

        await page.GoToAsync(new Uri(lab.Address, $"/tasks/{task.Id}").AbsoluteUri);
        await page.SelectAsync("select[name=priority]", "urgent");
        await page.SendAsync($"form[action='/api/tasks/{task.Id}/priority']");
        await page.TypeAsync("input[name=reason]", "not wanted");
        await page.SendAsync($"form[action='/api/tasks/{task.Id}/cancel']");
        var cancelled = (await ledger.Queue.FindAsync(task.Id, Cancellation))!;
        (cancelled.State, cancelled.Reason, cancelled.Priority).ShouldBe((TaskState.Cancelled, "not wanted", TaskPriority.Urgent));
        await page.SendAsync($"form[action='/api/tasks/{task.Id}/retry']");
        (await ledger.Queue.FindAsync(task.Id, Cancellation))!.State.ShouldBe(TaskState.Waiting);

        await page.SendAsync("form[action='/sign-out']");
        (await page.GetContentAsync()).ShouldContain("Sign in");
        await page.GoToAsync(new Uri(lab.Address, $"/tasks/{task.Id}").AbsoluteUri);
        (await page.GetContentAsync()).ShouldNotContain("action=\"/api/");
    }
}
