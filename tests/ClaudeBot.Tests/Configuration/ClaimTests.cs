using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Operations;
using ClaudeBot.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Configuration;

public sealed class ClaimTests : IDisposable
{
    private readonly HostRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task What_the_documentation_calls_obeyed_is_asked_for_by_a_running_bot()
    {
        var token = TestContext.Current.CancellationToken;
        var reported = new TaskCompletionSource();
        _room.Environment["STATUS_DATA_DIR"] = Path.Combine(_room.Data, "reports");
        var configuration = _room.Configuration();
        await using var host = BotHost.Build(configuration, BotRole.Up, TimeProvider.System, services => services.AddSingleton<StatusListener>((_, _) =>
        {
            reported.TrySetResult();
            return Task.CompletedTask;
        }));
        await host.StartAsync(token);
        await reported.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, token);
        await host.StopAsync(token);

        // Read before there is a configuration: it names one.
        string[] own = [BotSettings.ConfigurationFile.Name];
        SettingsCatalogue.All.Where(setting => setting.Use == SettingUse.Obeyed).Select(setting => setting.Name)
            .Except(configuration.Asked).Except(own).ShouldBeEmpty();
    }
}
