// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * dcblab - an Ethernet interface with data center bridging, for tests: no driver of the guest has it.
 *
 * dcb0 is always there and carries nothing. What is set of ETS, PFC, buffers and pause frames is what it answers; the table of
 * DSCPs is the kernel's own. It holds back at most the number of priorities in the parameter `pfc`.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <net/dcbnl.h>

static int pfc = 8;
module_param(pfc, int, 0444);

static struct net_device *card;
static struct ieee_ets ets = { .ets_cap = 8 };
static struct ieee_pfc flow;
static struct dcbnl_buffer buffers = { .total_size = 262144, .buffer_size = { 131072 } };
static struct ethtool_pauseparam pause;

static int get_ets(struct net_device *dev, struct ieee_ets *answer)
{
	*answer = ets;
	return 0;
}

static int set_ets(struct net_device *dev, struct ieee_ets *wish)
{
	ets = *wish;
	ets.ets_cap = 8;
	return 0;
}

static int get_pfc(struct net_device *dev, struct ieee_pfc *answer)
{
	*answer = flow;
	answer->pfc_cap = pfc;
	return 0;
}

static int set_pfc(struct net_device *dev, struct ieee_pfc *wish)
{
	if (hweight8(wish->pfc_en) > pfc)
		return -EINVAL;
	flow.pfc_en = wish->pfc_en;
	flow.delay = wish->delay;
	return 0;
}

static int get_buffer(struct net_device *dev, struct dcbnl_buffer *answer)
{
	*answer = buffers;
	return 0;
}

static int set_buffer(struct net_device *dev, struct dcbnl_buffer *wish)
{
	buffers = *wish;
	return 0;
}

static u8 get_dcbx(struct net_device *dev)
{
	return DCB_CAP_DCBX_HOST | DCB_CAP_DCBX_VER_IEEE;
}

static const struct dcbnl_rtnl_ops bridging = {
	.ieee_getets = get_ets,
	.ieee_setets = set_ets,
	.ieee_getpfc = get_pfc,
	.ieee_setpfc = set_pfc,
	.dcbnl_getbuffer = get_buffer,
	.dcbnl_setbuffer = set_buffer,
	.getdcbx = get_dcbx,
};

static void get_pause(struct net_device *dev, struct ethtool_pauseparam *answer)
{
	answer->rx_pause = pause.rx_pause;
	answer->tx_pause = pause.tx_pause;
}

static int set_pause(struct net_device *dev, struct ethtool_pauseparam *wish)
{
	pause = *wish;
	return 0;
}

static const struct ethtool_ops tools = {
	.get_link = ethtool_op_get_link,
	.get_pauseparam = get_pause,
	.set_pauseparam = set_pause,
};

static netdev_tx_t swallow(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops operations = {
	.ndo_start_xmit = swallow,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static int __init dcblab_init(void)
{
	int result;

	card = alloc_netdev(0, "dcb%d", NET_NAME_ENUM, ether_setup);
	if (!card)
		return -ENOMEM;
	card->netdev_ops = &operations;
	card->ethtool_ops = &tools;
	card->dcbnl_ops = &bridging;
	card->max_mtu = 9978;
	eth_hw_addr_random(card);
	result = register_netdev(card);
	if (result)
		free_netdev(card);
	return result;
}

static void __exit dcblab_exit(void)
{
	unregister_netdev(card);
	free_netdev(card);
}

module_init(dcblab_init);
module_exit(dcblab_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("An Ethernet interface with data center bridging, for tests");
