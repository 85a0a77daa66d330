using System.Collections;

namespace OpsRestart.Parameters;

/// <summary>
/// Takes service names out of what is piped: managed services, nodes of a graph, their copies from another host, and plain text.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ServiceNameAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        inputData is IList list ? list.Cast<object>().Select(NameOf).ToArray() : NameOf(inputData);

    private static object NameOf(object item)
    {
        var wrapped = item as PSObject;
        return (wrapped?.BaseObject ?? item) switch
        {
            ServiceNode node => node.Service,
            ManagedService service => service.Name,
            StaleService stale => stale.Service,
            PSCustomObject => FromProperties(wrapped!) ?? item,
            _ => item,
        };
    }

    /// <summary>A node and a stale service have both properties, and the Name is the one in the graph.</summary>
    private static object? FromProperties(PSObject item) =>
        (item.Properties["Needs"] is null && item.Properties["Reasons"] is null ? null : item.Properties["Service"]?.Value)
        ?? item.Properties["Name"]?.Value;
}
