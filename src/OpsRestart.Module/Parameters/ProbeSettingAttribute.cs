namespace OpsRestart.Parameters;

/// <summary>The parameter is a setting of the probe. What is not given is not set: defaults are the probe's own.</summary>
/// <param name="key">The setting; null: the parameter's name in camelCase.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ProbeSettingAttribute(string? key = null) : Attribute
{
    public string? Key => key;

    /// <summary>A path is meant relative to PowerShell's location, which is not the process' one.</summary>
    public bool IsPath { get; set; }
}
