using ClaudeBot.GitHub;
using ClaudeBot.Images;
using ClaudeBot.Secrets;

namespace ClaudeBot.Tests.Images;

public sealed class ImageAddressesTests
{
    private const string Asset = "0bec7adc-52c5-432f-bca7-c9a3186649b4";
    private static readonly RepositoryName Shop = RepositoryName.Parse("acme/shop");

    [Theory]
    [InlineData($"https://github.com/user-attachments/assets/{Asset}", Asset)]
    [InlineData($"https://github.com/user-attachments/assets/{Asset}?raw=1#x", Asset)]
    [InlineData($"https://github.com/Acme/Shop/assets/123/{Asset}", Asset)]
    [InlineData($"https://private-user-images.githubusercontent.com/1/2-{Asset}.png?jwt=abc", Asset)]
    [InlineData("https://user-images.githubusercontent.com/1/2-x.png", null)]
    public void An_upload_is_found(string address, string? asset) =>
        On("https://github.com").Find(address, Shop).ShouldBeOfType<ImagePlace.Attachment>().Asset.ShouldBe(asset);

    [Theory]
    [InlineData("https://github.com/acme/shop/raw/main/docs/a%20b.png", "docs/a b.png", "main")]
    [InlineData("https://github.com/acme/shop/blob/main/a.png?raw=true", "a.png", "main")]
    [InlineData("https://raw.githubusercontent.com/acme/shop/v1/a.png", "a.png", "v1")]
    [InlineData("https://raw.githubusercontent.com/acme/shop/refs/heads/main/a.png", "a.png", "main")]
    public void A_file_of_the_same_repository_is_found(string address, string path, string reference)
    {
        var file = On("https://github.com").Find(address, Shop).ShouldBeOfType<ImagePlace.RepositoryFile>();
        (file.Path, file.Reference).ShouldBe((path, reference));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://localhost/a.png")]
    [InlineData("https://evil.example/user-attachments/assets/" + Asset)]
    [InlineData("https://github.com.evil.example/user-attachments/assets/" + Asset)]
    [InlineData("https://github.com@evil.example/user-attachments/assets/" + Asset)]
    [InlineData("https://x:y@github.com/user-attachments/assets/" + Asset)]
    [InlineData("https://github.com:8443/user-attachments/assets/" + Asset)]
    [InlineData("http://github.com/user-attachments/assets/" + Asset)]
    [InlineData("https://github.com/user-attachments/assets/" + Asset + "/../../../logout")]
    [InlineData("https://github.com/user-attachments/files/1/x.png")]
    [InlineData("https://github.com/acme/other/raw/main/a.png")]
    [InlineData("https://github.com/acme/shop/raw/main/..%2f..%2f..%2fuser/a.png")]
    [InlineData("https://github.com/acme/shop/raw/main")]
    [InlineData("https://github.com/acme/shop/raw/..%2fmain/%2e%2e/a.png")]
    [InlineData("https://raw.githubusercontent.com/acme/other/main/a.png")]
    [InlineData("https://camo.githubusercontent.com/abc/def")]
    [InlineData("https://github.com/storage/user/1/files/x")]
    [InlineData("https://github-production-user-asset-6210df.s3.amazonaws.com/x.png")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//evil.example/a.png")]
    [InlineData("docs/a.png")]
    [InlineData("")]
    public void Everything_else_is_never_asked_for(string address) => On("https://github.com").Find(address, Shop).ShouldBeNull();

    [Fact]
    public void On_a_server_of_ones_own_only_that_server_counts()
    {
        var addresses = On("https://git.corp.example");

        addresses.Find($"https://git.corp.example/user-attachments/assets/{Asset}", Shop).ShouldBeOfType<ImagePlace.Attachment>();
        addresses.Find("https://git.corp.example/storage/user/5/files/x", Shop).ShouldBeOfType<ImagePlace.Attachment>();
        addresses.Find("https://media.git.corp.example/user/5/files/x", Shop).ShouldBeOfType<ImagePlace.Attachment>();
        addresses.Find("https://raw.git.corp.example/acme/shop/main/a.png", Shop).ShouldBeOfType<ImagePlace.RepositoryFile>();
        addresses.Find($"https://github.com/user-attachments/assets/{Asset}", Shop).ShouldBeNull();
        addresses.Find("https://user-images.githubusercontent.com/1/2-x.png", Shop).ShouldBeNull();
        addresses.MayFollow(new Uri("https://github-production-user-asset-6210df.s3.amazonaws.com/x")).ShouldBeFalse();
    }

    private static ImageAddresses On(string server) =>
        new(new GitHubOptions { ServerUrl = new Uri(server), Token = new SecretSource("GITHUB_TOKEN", () => "t", new SecretMask()) });
}
