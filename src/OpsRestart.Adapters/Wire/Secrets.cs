using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Wire;

/// <summary>
/// <c>${env:NAME}</c> and <c>${file:/path}</c> in texts of a graph: asked for when the graph is validated, read when something is about to
/// be connected to or run with them, and not before.
/// </summary>
internal static partial class Secrets
{
    public static bool HasReference(string text) => Reference().IsMatch(text);

    /// <summary>The whole may be a secret (<c>${env:BROKER_URL}</c>): then it is known only when it is filled in.</summary>
    public static bool IsReference(string text) => text.StartsWith("${", StringComparison.Ordinal);

    /// <summary>The text with every reference replaced. A file's trailing line end is not part of the secret.</summary>
    /// <exception cref="OpsRestartException">InvalidGraph: the variable is not set, or the file can't be read.</exception>
    public static string Resolve(string text) => Reference().Replace(text, static m => ValueOf(m));

    /// <summary>
    /// The same in a URI that is taken apart later: inside its <c>user:password@</c> a value is percent-encoded, so that a password with
    /// <c>@</c> or <c>/</c> stays one; elsewhere, as for a whole URI in one variable, it is taken as it is.
    /// </summary>
    /// <exception cref="OpsRestartException">InvalidGraph: the variable is not set, or the file can't be read.</exception>
    public static string ResolveUri(string text)
    {
        // References may hold '/' themselves: look at the text with them masked.
        var masked = Reference().Replace(text, static m => new string('x', m.Length));
        var scheme = masked.IndexOf("://", StringComparison.Ordinal);
        var slash = scheme < 0 ? -1 : masked.IndexOf('/', scheme + 3);
        var end = scheme < 0 ? -1 : masked.LastIndexOf('@', slash < 0 ? masked.Length - 1 : slash);
        return Reference().Replace(text, m => m.Index > scheme && m.Index < end ? Uri.EscapeDataString(ValueOf(m)) : ValueOf(m));
    }

    /// <summary>What is missing; no secret is read.</summary>
    public static IReadOnlyList<string> Missing(string text) =>
        [
            .. Reference()
                .Matches(text)
                .Where(static m => !IsThere(m.Groups["kind"].Value, m.Groups["name"].Value))
                .Select(static m => m.Value),
        ];

    /// <summary>The text with something harmless for every reference, that is a number and a name.</summary>
    public static string WithStandIns(string text) => Reference().Replace(text, "1");

    private static bool IsThere(string kind, string name) =>
        kind == "env" ? Environment.GetEnvironmentVariable(name) is not null : CanBeOpened(name);

    // A pipe is emptied by who opens it, and has no length.
    private static bool CanBeOpened(string file)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > 0 })
            {
                File.OpenHandle(file).Dispose();
            }

            return File.Exists(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string ValueOf(Match reference)
    {
        var name = reference.Groups["name"].Value;
        if (reference.Groups["kind"].Value == "env")
        {
            return Environment.GetEnvironmentVariable(name)
                ?? throw new OpsRestartException(
                    OpsError.InvalidGraph,
                    $"The environment variable {name} is not set.",
                    name,
                    $"Set {name}, or write the value's file as ${{file:/path}}."
                );
        }

        try
        {
            return File.ReadAllText(name).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OpsRestartException(
                OpsError.InvalidGraph,
                $"The secret's file {name} can't be read: {e.Message}",
                name,
                "Check that it exists and that this user may read it.",
                e
            );
        }
    }

    [GeneratedRegex(@"\$\{(?<kind>env|file):(?<name>[^}]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
