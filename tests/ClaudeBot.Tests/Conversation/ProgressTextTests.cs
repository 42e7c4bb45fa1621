using ClaudeBot.Conversation;

namespace ClaudeBot.Tests.Conversation;

public sealed class ProgressTextTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly RunProgress _progress = new()
    {
        TaskId = TaskId.Parse("acme--shop--issue-42-x7k2m9"),
        Branch = "bot/issue-42-broken-total",
        Attempt = 1,
        StartedAt = Start,
    };

    [Fact]
    public void A_run_that_goes_on_shows_what_is_done_what_is_doing_and_what_it_costs() =>
        ProgressText.Render(
            _progress with { Phase = RunPhase.Write, Doing = "Edit `src/total.js`\n@octocat", CostUsd = 0.12m, BudgetUsd = 5, Page = new Uri("https://bot.example/tasks/acme--shop--issue-42-x7k2m9") },
            Start + TimeSpan.FromSeconds(185)).ShouldBe(
            """
            ### Claude Bot is working on this

            - [x] Prepare a workspace
            - [ ] **Write the change**: ``Edit `src/total.js` @​octocat``
            - [ ] Run the checks
            - [ ] Open the pull request

            Next: run the checks.

            <sub>Branch `bot/issue-42-broken-total` · 3 min 05 s · $0.12 of $5.00 · attempt 1 · [task `acme--shop--issue-42-x7k2m9`](https://bot.example/tasks/acme--shop--issue-42-x7k2m9)</sub>

            """);

    [Fact]
    public void A_run_that_succeeded_has_every_step_ticked_and_its_own_time() =>
        ProgressText.Render(
            _progress with
            {
                Phase = RunPhase.Publish,
                CostUsd = 1.5m,
                Closing = new RunClosing("Claude Bot opened a pull request", "**https://github.com/acme/shop/pull/7**", AllDone: true, Start + TimeSpan.FromSeconds(42)),
            },
            Start + TimeSpan.FromHours(5)).ShouldBe(
            """
            ### Claude Bot opened a pull request

            **https://github.com/acme/shop/pull/7**

            - [x] Prepare a workspace
            - [x] Write the change
            - [x] Run the checks
            - [x] Open the pull request

            <sub>Branch `bot/issue-42-broken-total` · 42 s · $1.50 · attempt 1 · task `acme--shop--issue-42-x7k2m9`</sub>

            """);

    [Fact]
    public void A_run_that_failed_leaves_the_step_it_failed_in_open() =>
        ProgressText.Render(
            _progress with { Phase = RunPhase.Check, Closing = new RunClosing("Claude Bot could not do this", "", AllDone: false, Start) },
            Start).ShouldContain("- [x] Write the change\n- [ ] Run the checks\n");
}
