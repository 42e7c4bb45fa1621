using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Utilities;
using Org.BouncyCastle.Security;
using PemReader = Org.BouncyCastle.Utilities.IO.Pem.PemReader;

namespace ClaudeBot.Workspaces;

/// <summary>OpenSSH's signatures of data: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig</summary>
internal static class SshSignature
{
    private const string Namespace = "git";
    private const string Hash = "sha512";
    private const int LineLength = 70;

    /// <param name="key">A private key without a passphrase: Ed25519, or RSA.</param>
    /// <exception cref="FormatException">It is of another kind.</exception>
    public static string Of(string key, byte[] data)
    {
        using var reader = new PemReader(new StringReader(key.Trim() + "\n"));
        var secret = OpenSshPrivateKeyUtilities.ParsePrivateKeyBlob(reader.ReadPemObject().Content);
        var (algorithm, signer, open) = secret switch
        {
            Ed25519PrivateKeyParameters ed => ("ssh-ed25519", "Ed25519", (AsymmetricKeyParameter)ed.GeneratePublicKey()),
            RsaPrivateCrtKeyParameters rsa => ("rsa-sha2-512", "SHA-512withRSA", new RsaKeyParameters(false, rsa.Modulus, rsa.PublicExponent)),
            _ => throw new FormatException("it is an SSH key of a kind that is not known; use an Ed25519 or RSA key"),
        };

        var signature = SignerUtilities.InitSigner(signer, forSigning: true, secret, random: null);
        signature.BlockUpdate([.. "SSHSIG"u8, .. Text(Namespace), .. Text(""), .. Text(Hash), .. Field(SHA512.HashData(data))]);
        byte[] blob =
        [
            .. "SSHSIG"u8, 0, 0, 0, 1, .. Field(OpenSshPublicKeyUtilities.EncodePublicKey(open)), .. Text(Namespace), .. Text(""), .. Text(Hash),
            .. Field([.. Text(algorithm), .. Field(signature.GenerateSignature())]),
        ];
        var lines = Convert.ToBase64String(blob).Chunk(LineLength).Select(line => new string(line));
        return $"-----BEGIN SSH SIGNATURE-----\n{string.Join('\n', lines)}\n-----END SSH SIGNATURE-----\n";
    }

    private static byte[] Text(string text) => Field(Encoding.UTF8.GetBytes(text));

    private static byte[] Field(byte[] bytes)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        return [.. length, .. bytes];
    }
}
