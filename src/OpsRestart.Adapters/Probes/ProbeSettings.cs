using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Probes;

/// <summary>The settings of a probe's definition, and its target.</summary>
internal sealed class ProbeSettings(ProbeDefinition definition, bool isCheck = false)
    : SettingReader(definition.Settings, Whose(definition), definition.Line, isCheck)
{
    private string? _target;

    public ProbeDefinition Definition => definition;

    /// <summary>The node of the graph that the probe belongs to.</summary>
    public string? Node => definition.Node;

    /// <summary>The URI or main value, secrets filled in.</summary>
    public string Target =>
        _target ??= Resolve(definition.Kind, new YamlScalar(definition.Target, IsPlain: false, definition.Line, 0), Secrets.ResolveUri);

    /// <summary>A URI, secrets filled in as in a target.</summary>
    public string? Address(string key) => Text(key, Secrets.ResolveUri);

    /// <summary>The target as an address, its scheme being the kind's own where there is none; null: it is none, which is told.</summary>
    public T? ReadAddress<T>(string scheme, Func<string, T> parse)
        where T : class
    {
        try
        {
            return parse(Target.Contains("://", StringComparison.Ordinal) ? Target : $"{scheme}://{Target}");
        }
        catch (OpsRestartException e)
        {
            FailTarget($"can't be used: {e.Message}", e.Advice);
            return null;
        }
    }

    /// <summary><c>skipCertificateCheck</c>, <c>caFile</c> and <c>serverName</c>, over what the address says.</summary>
    public Tls ReadTls(Tls? address = null)
    {
        var tls = address ?? new Tls();
        var file = Text("caFile");
        if (file is not null && !File.Exists(file))
        {
            var advice = "Give the path of a PEM file with the authority's certificate.";
            Fail("caFile", $"names the file {AsWritten("caFile")}, which does not exist", advice);
        }

        return tls with
        {
            Verify = Flag("skipCertificateCheck") is { } skip ? !skip : tls.Verify,
            AuthorityFile = file ?? tls.AuthorityFile,
            ServerName = Text("serverName") ?? tls.ServerName,
        };
    }

    public void FailTarget(string complaint, string? advice = null)
    {
        if (!IsCheck || !Secrets.IsReference(definition.Target))
        {
            Findings.Add(
                "InvalidTarget",
                At,
                $"The target '{SecretText.RedactTarget(definition.Kind, definition.Target)}' of {What} {complaint.TrimEnd('.')}.",
                advice,
                definition.Kind
            );
        }
    }

    /// <summary>A fault of a setting, or of the target when there is no key.</summary>
    public void FailAt(string? key, string complaint, string? advice)
    {
        if (key is null)
        {
            FailTarget(complaint, advice);
        }
        else
        {
            Fail(key, complaint, advice);
        }
    }

    private static string Whose(ProbeDefinition definition) =>
        definition.Node is { Length: > 0 } service ? $"the {definition.Kind} probe of '{service}'" : $"the {definition.Kind} probe";
}
