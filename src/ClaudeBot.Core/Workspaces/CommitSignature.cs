using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;

namespace ClaudeBot.Workspaces;

/// <summary>
/// Signs commits with the operator's key: an SSH key or an OpenPGP one, told apart by how the text begins. In this
/// process: the key is in no file that git reads, no argument and no agent's memory.
/// </summary>
public static class CommitSignature
{
    /// <summary>What is wrong with a key; null when commits can be signed with it. The message does not hold any of it.</summary>
    public static string? Fault(string key)
    {
        try
        {
            Of(key, [], DateTimeOffset.UnixEpoch);
            return null;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>The armored signature of a commit's bytes.</summary>
    /// <exception cref="FormatException">The key cannot be used.</exception>
    internal static string Of(string key, byte[] commit, DateTimeOffset at)
    {
        try
        {
            if (key.Contains("BEGIN PGP PRIVATE KEY BLOCK", StringComparison.Ordinal))
                return PgpSignatureText.Of(key, commit, at);
            if (key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
                return SshSignature.Of(key, commit);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or IOException or CryptoException or PgpException)
        {
            throw new FormatException("it cannot be read, or it has a passphrase; give a key without one");
        }

        throw new FormatException("it is neither an SSH private key nor an armored OpenPGP private key");
    }
}
