using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Secrets;

namespace ClaudeBot.Agents;

/// <summary>
/// The tokens that let agents through the gateway. A token lives as long as its run; it names the task that is charged.
/// Only hashes are kept, so that neither a memory dump of this table nor the time of a look-up tells a token.
/// </summary>
public sealed class GatewayPasses(SecretMask mask)
{
    private readonly ConcurrentDictionary<string, GatewayGrant> _grantsByHash = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TaskId, ModelRefusal> _refusals = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Told once by the gateway when it listens.</summary>
    public void SetAddress(Uri address) => _address.TrySetResult(address);

    /// <summary>Makes a token for a run; waits until the gateway listens. Forgets what an earlier run of the task was refused.</summary>
    /// <param name="budgetUsd">Spend of the whole task at which calls are refused, in US dollars; null: the default of the gateway.</param>
    public async Task<GatewayPass> IssueAsync(TaskId task, RepositoryName repository, decimal? budgetUsd, CancellationToken cancellationToken)
    {
        var address = await _address.Task.WaitAsync(cancellationToken);
        var token = "cbp-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        mask.Register(token);
        _refusals.TryRemove(task, out _);
        _grantsByHash[Hash(token)] = new GatewayGrant(task, repository, budgetUsd);
        return new GatewayPass(address, token);
    }

    /// <summary>The token is worth nothing from now on; a call that is under way goes on.</summary>
    public void Revoke(GatewayPass pass) => _grantsByHash.TryRemove(Hash(pass.Token), out _);

    /// <summary>Whose token it is; false for an unknown or revoked one.</summary>
    public bool TryFind([NotNullWhen(true)] string? token, [NotNullWhen(true)] out GatewayGrant? grant)
    {
        grant = null;
        return token is not null && _grantsByHash.TryGetValue(Hash(token), out grant);
    }

    /// <summary>Told by the gateway when a call of the task was refused.</summary>
    public void Mark(TaskId task, ModelRefusal refusal) => _refusals[task] = refusal;

    /// <summary>Told by the gateway when a call of the task is answered.</summary>
    public void Clear(TaskId task) => _refusals.TryRemove(task, out _);

    /// <summary>Why the last call of the task's latest run was refused; null when it was answered.</summary>
    public ModelRefusal? RefusalOf(TaskId task) => _refusals.TryGetValue(task, out var refusal) ? refusal : null;

    /// <summary>True when it was refused because the task's budget is spent.</summary>
    public bool WasOverBudget(TaskId task) => RefusalOf(task) == ModelRefusal.Budget;

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
