namespace ClaudeBot.StatusWeb.Access;

/// <summary>
/// The headers of every answer: no script runs but the web's one file, which can make no page out of text; nothing is
/// loaded from elsewhere, nobody frames, keeps or guesses at it (OWASP HTTP Security Response Headers cheat sheet).
/// </summary>
internal static class StatusHeaders
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private const string NoDevices =
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()";

    public static void Set(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = NoDevices;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        // As antiforgery writes it on pages with forms: it warns in the log of whatever else it finds.
        headers.CacheControl = "no-cache, no-store";
    }
}
