using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ClaudeBot.Secrets;

namespace ClaudeBot.Agents;

/// <summary>
/// The tokens that let agents through the gateway. A token lives as long as its run; it names the task that is charged.
/// </summary>
public sealed class GatewayPasses(SecretMask mask)
{
    private readonly ConcurrentDictionary<string, TaskId> _tasksByToken = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Told once by the gateway when it listens.</summary>
    public void SetAddress(Uri address) => _address.TrySetResult(address);

    /// <summary>Makes a token for a run; waits until the gateway listens.</summary>
    public async Task<GatewayPass> IssueAsync(TaskId task, CancellationToken cancellationToken)
    {
        var address = await _address.Task.WaitAsync(cancellationToken);
        var token = "cbp-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        mask.Register(token);
        _tasksByToken[token] = task;
        return new GatewayPass(address, token);
    }

    public void Revoke(GatewayPass pass) => _tasksByToken.TryRemove(pass.Token, out _);

    /// <summary>Whose token it is; false for an unknown or revoked one.</summary>
    public bool TryFind([NotNullWhen(true)] string? token, out TaskId task)
    {
        task = default;
        return token is not null && _tasksByToken.TryGetValue(token, out task);
    }
}
