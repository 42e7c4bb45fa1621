using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Bcpg.Sig;

namespace ClaudeBot.Workspaces;

/// <summary>Detached OpenPGP signatures (RFC 9580), as <c>gpg --detach-sign --armor</c> makes them.</summary>
internal static class PgpSignatureText
{
    /// <param name="key">Armored, as <c>gpg --export-secret-keys --armor</c> writes it, without a passphrase.</param>
    /// <param name="at">When the signature says that it was made.</param>
    /// <exception cref="FormatException">No key in it signs.</exception>
    public static string Of(string key, byte[] data, DateTimeOffset at)
    {
        using var armored = PgpUtilities.GetDecoderStream(new MemoryStream(Encoding.ASCII.GetBytes(key)));
        // As gpg does: the newest of the keys that may sign.
        var secret = new PgpSecretKeyRingBundle(armored).GetKeyRings().SelectMany(ring => ring.GetSecretKeys())
            .Where(candidate => !candidate.IsPrivateKeyEmpty && MaySign(candidate.PublicKey))
            .MaxBy(candidate => candidate.PublicKey.CreationTime)
            ?? throw new FormatException("it holds no OpenPGP key that signs");

        var generator = new PgpSignatureGenerator(secret.PublicKey.Algorithm, HashAlgorithmTag.Sha512);
        generator.InitSign(PgpSignature.BinaryDocument, secret.ExtractPrivateKey([]));
        var facts = new PgpSignatureSubpacketGenerator();
        facts.SetSignatureCreationTime(false, at.UtcDateTime);
        facts.SetIssuerFingerprint(false, secret);
        generator.SetHashedSubpackets(facts.Generate());
        generator.Update(data);

        using var text = new MemoryStream();
        using (var armor = new ArmoredOutputStream(text))
            generator.Generate().Encode(armor);

        // Which library made it is nobody's business.
        var lines = Encoding.ASCII.GetString(text.ToArray()).ReplaceLineEndings("\n").Split('\n').Where(line => !line.StartsWith("Version:", StringComparison.Ordinal));
        return string.Join('\n', lines);
    }

    private static bool MaySign(PgpPublicKey key) => key.GetSignatures().Any(signature =>
        signature.HasSubpackets && signature.GetHashedSubPackets() is { } facts && (facts.GetKeyFlags() & KeyFlags.SignData) != 0);
}
