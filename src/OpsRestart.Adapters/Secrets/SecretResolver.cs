using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Secrets;

/// <summary>Replaces <c>${env:NAME}</c> and <c>${file:/path}</c> in text from a graph, at the moment it is used and not before.</summary>
internal static partial class SecretResolver
{
    /// <summary>The text with every reference replaced. A file's trailing line end is not part of the secret.</summary>
    /// <exception cref="OpsRestartException">InvalidGraph: the variable is not set, or the file can't be read.</exception>
    public static string Resolve(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Reference().Replace(text, static m => m.Groups["kind"].Value == "env" ? FromEnvironment(m.Groups["name"].Value) : FromFile(m.Groups["name"].Value));
    }

    /// <summary>What is missing, without reading any secret into a message.</summary>
    public static IReadOnlyList<string> Missing(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. Reference().Matches(text)
            .Where(static m => m.Groups["kind"].Value == "env" ? Environment.GetEnvironmentVariable(m.Groups["name"].Value) is null : !File.Exists(m.Groups["name"].Value))
            .Select(static m => m.Value)];
    }

    private static string FromEnvironment(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new OpsRestartException(OpsError.InvalidGraph, $"The environment variable {name} is not set.", name, $"Set {name}, or write the value's file as ${{file:/path}}.");

    private static string FromFile(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OpsRestartException(OpsError.InvalidGraph, $"The secret's file {path} can't be read: {e.Message}", path, "Check that it exists and that this user may read it.", e);
        }
    }

    [GeneratedRegex(@"\$\{(?<kind>env|file):(?<name>[^}]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
